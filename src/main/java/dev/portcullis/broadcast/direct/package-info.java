/**
 * What stands in whose inbox, and how far has its owner read it? Direct messages, their conversations, acknowledgements and
 * block lists. Owns nothing: messages are in the inboxes of both users, and the rest lies beside the inbox in the store.
 * Without the store nothing is written, and no inbox is opened.
 */
@NullMarked
package dev.portcullis.broadcast.direct;

import org.jspecify.annotations.NullMarked;
