/** VolSync: movers that fill a volume from a repository, and what of theirs has to stand still. */
@NullMarked
package dev.salvor.volsync;

import org.jspecify.annotations.NullMarked;
