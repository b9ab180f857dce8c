/**
 * Where does this request come from? Addresses, origins and transport as pure rules; routes, answers and their headers.
 * Owns no state. What cannot be read strictly is refused, or counts as the hop that sent it.
 */
@NullMarked
package dev.portcullis.http;

import org.jspecify.annotations.NullMarked;
