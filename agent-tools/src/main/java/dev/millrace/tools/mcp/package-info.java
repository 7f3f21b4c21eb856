/**
 * The tools of other people's servers, by the Model Context Protocol: {@link
 * dev.millrace.tools.mcp.McpServer}. Whatever a server says is taken as hostile: its lines, sizes,
 * names, descriptions and schemas are bounded and checked before a model sees them, it can ask for
 * nothing, and its death is told at once. The client is our own because each of these promises is
 * kept where bytes are read.
 */
@NullMarked
package dev.millrace.tools.mcp;

import org.jspecify.annotations.NullMarked;
