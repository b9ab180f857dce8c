/**
 * What may this text become on a page? Makes text inert for {@code innerHTML} once, before it is published, and finds
 * mentions, hashtags and links in it. Owns no state. What can't be made fit is refused, never passed on.
 */
@NullMarked
package dev.portcullis.content;

import org.jspecify.annotations.NullMarked;
