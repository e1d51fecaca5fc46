#!/bin/sh
touch @OUT@/ran
