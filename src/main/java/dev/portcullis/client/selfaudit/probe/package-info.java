/**
 * What does the self-audit ask? The probes as rows, by area. A probe changes one thing about what a well-behaved client sends,
 * and judges only what that change causes: where the unchanged request is refused too, nothing was learnt. Owns no state; what a
 * probe makes at the server it removes.
 */
@NullMarked
package dev.portcullis.client.selfaudit.probe;

import org.jspecify.annotations.NullMarked;
