/**
 * A tool that reads web pages, by {@link dev.millrace.tools.web.WebTools}. A name is looked up once
 * for each request, every address it has must be public, and the connection goes to an address that
 * was checked; each redirect is a request of its own. What comes back is bounded, turned into text
 * and marked as data of a stranger.
 */
@NullMarked
package dev.millrace.tools.web;

import org.jspecify.annotations.NullMarked;
