/**
 * What happens to a recovery when its process is killed, the API server refuses or forgets to
 * answer, GitOps comes back, or people change their mind, at every write and every tick.
 */
@NullMarked
package dev.salvor.testkit.faults;

import org.jspecify.annotations.NullMarked;
