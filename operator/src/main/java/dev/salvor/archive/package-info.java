/**
 * What the object store of a CloudNativePG cluster can bring back: base backups, WAL and timelines
 * as barman-cloud lays them out, read from the store itself.
 */
@NullMarked
package dev.salvor.archive;

import org.jspecify.annotations.NullMarked;
