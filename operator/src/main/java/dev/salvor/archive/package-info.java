/** The backups and the WAL of PostgreSQL in a bucket, and what can be recovered from them. */
@NullMarked
package dev.salvor.archive;

import org.jspecify.annotations.NullMarked;
