/** A script that answers as a model would, by what the tools that it calls tell it. */
@NullMarked
package dev.millrace.examples.scripted;

import org.jspecify.annotations.NullMarked;
