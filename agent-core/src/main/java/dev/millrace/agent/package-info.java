@NullMarked
package dev.millrace.agent;

import org.jspecify.annotations.NullMarked;
