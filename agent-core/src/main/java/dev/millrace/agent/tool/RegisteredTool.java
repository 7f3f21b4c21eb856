package dev.millrace.agent.tool;

/** A tool in a toolbox, with what it said of itself when it came in. */
public record RegisteredTool(ToolSpec spec, Tool tool) {}
