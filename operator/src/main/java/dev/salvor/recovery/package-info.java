/**
 * The reconciler, the runbooks, plan and approval, and the way from the journal to conditions and
 * events.
 */
@NullMarked
package dev.salvor.recovery;

import org.jspecify.annotations.NullMarked;
