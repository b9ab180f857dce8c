/**
 * How is the archive kept in PostgreSQL? Its tables are made and migrated by the nodes, and hold the entries by month. Owns all
 * that is in the schema {@code portcullis} of the database. While the server is away, each call fails within its time, soon
 * without asking it, and the nodes go on without the archive.
 */
@NullMarked
package dev.portcullis.archive.postgres;

import org.jspecify.annotations.NullMarked;
