package dev.portcullis.admin.users;

import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.StreamStore;

/** Where the stages keep something of a user. */
record UserStores(RowStore rowStore, StreamStore streams, ErasureStore erasures) {
    RoomStore rooms() {
        return new RoomStore(rowStore);
    }

    BlockListStore blocks() {
        return new BlockListStore(rowStore);
    }
}
