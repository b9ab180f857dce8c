package dev.portcullis.journey;

import dev.portcullis.forked.ForkedCluster;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** On three nodes in processes of their own, with one Redis. */
class ThreeNodesRoomsIT extends RoomsContract {
    private static final int NODES = 3;

    @TempDir
    static Path folder;

    @Override
    TestServer open() {
        return ForkedCluster.start(
                NODES,
                folder,
                "rooms.adding=direct",
                // users choose the ids of their rooms, as in conf/dev.json
                "permissions={\"member\": [\"join\", \"leave\", \"chat\", \"edit_message\", \"delete_message\","
                        + " \"typing_indicator\", \"read\", \"history\", \"presence\", \"file_upload\","
                        + " \"rooms.create\", \"rooms.name\"]}");
    }

    @Override
    String token(TestServer site, String user, Role role) {
        return ((ForkedCluster) site).token(user, role);
    }
}
