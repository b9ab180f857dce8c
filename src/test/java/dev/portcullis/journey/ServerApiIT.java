package dev.portcullis.journey;

import java.util.List;

/** With the embedded store. */
class ServerApiIT extends ServerApiContract {
    @Override
    List<String> store() {
        return List.of();
    }
}
