/**
 * Tools for files below one root, by {@link dev.millrace.tools.files.FileTools}. A path is never
 * checked first and used later: each component is opened from the handle of its parent, links are
 * not followed, and what is done is done to that handle.
 */
@NullMarked
package dev.millrace.tools.files;

import org.jspecify.annotations.NullMarked;
