/**
 * What does this node run? Deploys the stages in order, opens the stores, joins the cluster, and undoes it in reverse.
 * Owns the lifecycle of the node. A start that can't succeed says why and leaves nothing behind.
 */
@NullMarked
package dev.portcullis.app.node;

import org.jspecify.annotations.NullMarked;
