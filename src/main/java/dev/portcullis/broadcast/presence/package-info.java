/**
 * Who is in a room, who types there, and how far has each member read? For each room one instance of the stage, its
 * owner, keeps the answer in memory. Each edge node reports its own clients to the owners, so an owner that is lost is
 * replaced by what the edges report again. Owns nothing that outlasts the process: until all edges have reported, an
 * owner says that it does not know.
 */
@NullMarked
package dev.portcullis.broadcast.presence;

import org.jspecify.annotations.NullMarked;
