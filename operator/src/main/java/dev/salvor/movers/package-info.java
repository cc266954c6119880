/** What fills a volume beside, VolSync or a Job, and what of it has to stand still. */
@NullMarked
package dev.salvor.movers;

import org.jspecify.annotations.NullMarked;
