// What editor.js needs of CodeMirror; codemirror.js is built of this (assets/pages/README.md says how).
export { EditorState, StateEffect, StateField, Compartment, Transaction } from "@codemirror/state";
export { Decoration, EditorView, GutterMarker, drawSelection, gutter, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, runScopeHandlers } from "@codemirror/view";
export { defaultKeymap, history, historyKeymap, indentLess, indentMore, isolateHistory } from "@codemirror/commands";
export { HighlightStyle, StreamLanguage, forceParsing, indentUnit, syntaxHighlighting } from "@codemirror/language";
export { tags } from "@lezer/highlight";

import { cpp } from "@codemirror/lang-cpp";
import { css } from "@codemirror/lang-css";
import { go } from "@codemirror/lang-go";
import { html } from "@codemirror/lang-html";
import { java } from "@codemirror/lang-java";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { rust } from "@codemirror/lang-rust";
import { sql } from "@codemirror/lang-sql";
import { xml } from "@codemirror/lang-xml";
import { yaml } from "@codemirror/lang-yaml";
import { StreamLanguage } from "@codemirror/language";
import { csharp, dart, kotlin, scala } from "@codemirror/legacy-modes/mode/clike";
import { cmake } from "@codemirror/legacy-modes/mode/cmake";
import { diff } from "@codemirror/legacy-modes/mode/diff";
import { dockerFile } from "@codemirror/legacy-modes/mode/dockerfile";
import { haskell } from "@codemirror/legacy-modes/mode/haskell";
import { lua } from "@codemirror/legacy-modes/mode/lua";
import { powerShell } from "@codemirror/legacy-modes/mode/powershell";
import { properties } from "@codemirror/legacy-modes/mode/properties";
import { r } from "@codemirror/legacy-modes/mode/r";
import { ruby } from "@codemirror/legacy-modes/mode/ruby";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { swift } from "@codemirror/legacy-modes/mode/swift";
import { toml } from "@codemirror/legacy-modes/mode/toml";

const mode = (parser) => () => StreamLanguage.define(parser);
const fence = (info) => { const made = languages[info]?.(); return made?.language ?? made ?? null; };
const js = (options) => () => javascript(options);

// By the end of a file's name (without the dot), or all of it; in small letters.
export const languages = {
  py: python, pyi: python, python,
  js: js({ jsx: true }), mjs: js({}), cjs: js({}), jsx: js({ jsx: true }), javascript: js({}),
  ts: js({ typescript: true }), tsx: js({ jsx: true, typescript: true }), typescript: js({ typescript: true }),
  html, htm: html, vue: html, svelte: html, css, scss: css, less: css,
  json, jsonc: json, webmanifest: json, ipynb: json,
  md: () => markdown({ base: markdownLanguage, codeLanguages: (info) => fence(info) }), markdown,
  yml: yaml, yaml, toml: mode(toml), lock: mode(toml), ini: mode(properties), cfg: mode(properties), conf: mode(properties),
  env: mode(properties), properties: mode(properties),
  rs: rust, rust, c: cpp, h: cpp, cc: cpp, cpp, cxx: cpp, hpp: cpp, hh: cpp, ino: cpp, go, java,
  kt: mode(kotlin), kts: mode(kotlin), cs: mode(csharp), scala: mode(scala), dart: mode(dart), swift: mode(swift),
  sql, xml, svg: xml, xsd: xml, sh: mode(shell), bash: mode(shell), zsh: mode(shell), fish: mode(shell), console: mode(shell),
  bashrc: mode(shell), ps1: mode(powerShell), rb: mode(ruby), rakefile: mode(ruby), gemfile: mode(ruby), lua: mode(lua),
  hs: mode(haskell), r: mode(r), diff: mode(diff), patch: mode(diff), dockerfile: mode(dockerFile), cmake: mode(cmake),
};
