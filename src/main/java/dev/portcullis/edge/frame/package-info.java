/**
 * What does this frame need, and what does it do? The path of a frame: cut-offs, budget, decoding, CSRF, limits,
 * authorization, action, reply. Owns no state. A frame that any step does not answer for is refused.
 */
@NullMarked
package dev.portcullis.edge.frame;

import org.jspecify.annotations.NullMarked;
