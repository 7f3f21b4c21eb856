@NullMarked
package dev.millrace.tools.files;

import org.jspecify.annotations.NullMarked;
