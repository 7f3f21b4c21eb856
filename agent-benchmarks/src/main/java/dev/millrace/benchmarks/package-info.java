/** What the way of a byte costs, step by step, without a network. */
@NullMarked
package dev.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
