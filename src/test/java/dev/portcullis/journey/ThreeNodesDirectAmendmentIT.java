package dev.portcullis.journey;

import dev.portcullis.kit.TestServer;
import dev.portcullis.kit.ThreeNodes;

/** On three nodes with one Redis; each connection and each call goes to the next node. */
class ThreeNodesDirectAmendmentIT extends DirectAmendmentAcrossNodes {
    @Override
    TestServer site() {
        return new ThreeNodes();
    }
}
