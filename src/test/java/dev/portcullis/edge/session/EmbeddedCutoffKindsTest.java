package dev.portcullis.edge.session;

import dev.portcullis.edge.GatedNode;
import dev.portcullis.streams.cutoff.Cutoff;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class EmbeddedCutoffKindsTest extends CutoffKindsContract {
    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode();
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Override
    URI ws() {
        return node.ws();
    }

    @Override
    String token(String user) {
        return node.token(user);
    }

    @Override
    void append(int lane, Cutoff cutoff) throws Exception {
        node.cutOff(lane, cutoff, System.currentTimeMillis() + AHEAD_MS);
    }
}
