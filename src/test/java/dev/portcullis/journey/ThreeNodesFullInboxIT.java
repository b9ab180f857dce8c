package dev.portcullis.journey;

import dev.portcullis.kit.TestServer;
import dev.portcullis.kit.ThreeNodes;

/** On three nodes with one Redis; each connection goes to the next node. */
class ThreeNodesFullInboxIT extends FullInboxAcrossNodes {
    @Override
    TestServer site() {
        return new ThreeNodes(SETTINGS);
    }
}
