/**
 * What does a person see who chats from a terminal? Reads lines, shows entries, acks, limits and reconnects as they
 * happen. Owns the screen's order and nothing else. Text of others can't steer the terminal; what can't be sent is said.
 */
@NullMarked
package dev.portcullis.client.chat;

import org.jspecify.annotations.NullMarked;
