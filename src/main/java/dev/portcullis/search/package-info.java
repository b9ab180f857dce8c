/**
 * Which words does a text have, and which messages have the words that a user looks for? How text is cut into words, and when a text
 * matches, is said here once; an archive brings the index.
 */
@NullMarked
package dev.portcullis.search;

import org.jspecify.annotations.NullMarked;
