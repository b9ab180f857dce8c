/**
 * Which edges follow which streams? Each edge tells the others in one bit set what it follows. Owns what was told,
 * which may be old: too much costs a message, too little is asked for again.
 */
@NullMarked
package dev.portcullis.broadcast.interest;

import org.jspecify.annotations.NullMarked;
