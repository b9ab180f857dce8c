/**
 * What do the commands have in common that connect as a client? Their options, the source of their tokens, and their
 * terminal. Owns nothing. A wrong option ends the command with a usage error.
 */
@NullMarked
package dev.portcullis.client.command;

import org.jspecify.annotations.NullMarked;
