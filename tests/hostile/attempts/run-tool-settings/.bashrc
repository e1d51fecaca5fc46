touch @OUT@/ran
