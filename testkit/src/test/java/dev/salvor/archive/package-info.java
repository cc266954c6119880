/** The reader of WAL, beside real servers. */
package dev.salvor.archive;
