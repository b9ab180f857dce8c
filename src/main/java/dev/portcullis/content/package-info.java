/**
 * How is text made safe for a page? Makes text safe for {@code innerHTML} once, before it is published, and finds
 * mentions, hashtags and links. Owns no state. Text that can't be made safe is refused, never passed on.
 */
@NullMarked
package dev.portcullis.content;

import org.jspecify.annotations.NullMarked;
