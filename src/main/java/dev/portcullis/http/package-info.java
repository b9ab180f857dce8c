/**
 * Where does this request come from? Rules for addresses, origins and transport; responses and their headers.
 * Owns no state. Input that can't be parsed strictly is refused, or counts as the hop that sent it.
 */
@NullMarked
package dev.portcullis.http;

import org.jspecify.annotations.NullMarked;
