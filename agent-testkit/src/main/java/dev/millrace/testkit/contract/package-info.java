/** What every way of running an agent's steps must do, as tests to extend. */
@NullMarked
package dev.millrace.testkit.contract;

import org.jspecify.annotations.NullMarked;
