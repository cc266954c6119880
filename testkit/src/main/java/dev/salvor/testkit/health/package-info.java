/** What other people's tools say of a recovery. */
@NullMarked
package dev.salvor.testkit.health;

import org.jspecify.annotations.NullMarked;
