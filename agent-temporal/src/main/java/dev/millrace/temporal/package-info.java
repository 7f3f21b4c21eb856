/**
 * Agent loops as Temporal workflows: each turn of the model and each call of a tool is an activity,
 * so that any worker can finish what another one began.
 */
@NullMarked
package dev.millrace.temporal;

import org.jspecify.annotations.NullMarked;
