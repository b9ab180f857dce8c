/**
 * What does a user see who chats from a terminal? Reads lines and shows entries, acks, limits and reconnects as they
 * happen. Owns only the order on the screen. Text of other users can't control the terminal; a line that can't be sent
 * is reported.
 */
@NullMarked
package dev.portcullis.client.chat;

import org.jspecify.annotations.NullMarked;
