/** What tests leave behind, found after the last of them. */
@NullMarked
package dev.millrace.testkit.leaks;

import org.jspecify.annotations.NullMarked;
