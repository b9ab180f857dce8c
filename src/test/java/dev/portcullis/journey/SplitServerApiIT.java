package dev.portcullis.journey;

import dev.portcullis.kit.SplitServer;

/** With the edge on one node and all other stages on another, whose operators' listener is called, over Redis. */
class SplitServerApiIT extends ServerApiAcrossNodes {
    @Override
    Site site(String... settings) {
        SplitServer server = SplitServer.start(settings);
        return new Site(server, server::admin, server::token);
    }
}
