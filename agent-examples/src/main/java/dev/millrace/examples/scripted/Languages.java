package dev.millrace.examples.scripted;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Which languages files are written in, by the ends of their names. */
final class Languages {
  private static final String ENDINGS =
      """
      Java java
      Kotlin kt kts
      Scala scala sc
      Groovy groovy gradle
      Clojure clj cljs cljc
      Python py pyi
      JavaScript js mjs cjs jsx
      TypeScript ts tsx mts cts
      Vue vue
      Svelte svelte
      Go go
      Rust rs
      C c h
      C++ cc cpp cxx hpp hh hxx
      C# cs
      F# fs
      Swift swift
      Objective-C m mm
      Ruby rb
      PHP php
      Perl pl pm
      Lua lua
      R r
      Julia jl
      Haskell hs
      OCaml ml mli
      Elixir ex exs
      Erlang erl
      Dart dart
      Zig zig
      Nim nim
      Assembly asm s
      Fortran f90 f
      Shell sh bash zsh
      PowerShell ps1
      SQL sql
      HTML html htm
      CSS css scss less
      Markdown md markdown
      reStructuredText rst
      AsciiDoc adoc
      TeX tex
      XML xml xsd
      JSON json jsonl
      YAML yml yaml
      TOML toml
      Protocol Buffers proto
      Jupyter ipynb
      Terraform tf
      Nix nix
      """;

  private static final Map<String, String> BY_ENDING = byEnding();

  private Languages() {}

  private static Map<String, String> byEnding() {
    var byEnding = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (var line : ENDINGS.lines().toList()) {
      var name = line.replaceAll("( [a-z0-9]+)+$", "");
      for (var ending : line.substring(name.length() + 1).split(" ")) {
        byEnding.put(ending, name);
      }
    }
    return byEnding;
  }

  /** The language of a file, or "" when its name does not tell. */
  static String of(String path) {
    var name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot < 1 ? "" : BY_ENDING.getOrDefault(name.substring(dot + 1), "");
  }

  /** How many files each language has, the most first. */
  static Map<String, Integer> count(Collection<String> paths) {
    var counts = new TreeMap<String, Integer>();
    for (var path : paths) {
      var language = of(path);
      if (!language.isEmpty()) {
        counts.merge(language, 1, Integer::sum);
      }
    }
    var sorted = new LinkedHashMap<String, Integer>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }
}
