/** What survives: sessions, and the journals that keep them. */
@NullMarked
package dev.millrace.agent.session;

import org.jspecify.annotations.NullMarked;
