/**
 * Which events does the application send beside chat, and does their data fit? Owns no state: names, rules and schemas are
 * read from the configuration at the start. A schema that can't be judged in bounded time stops the start.
 */
@NullMarked
package dev.portcullis.events;

import org.jspecify.annotations.NullMarked;
