/** What uses the claims: found, stopped, started, judged. */
@NullMarked
package dev.salvor.workloads;

import org.jspecify.annotations.NullMarked;
