package dev.portcullis.streams.delivery;

/** Makes the memory of a hub as small as a test needs it. */
public final class HubMemoryFixture {
    private HubMemoryFixture() {}

    /** For so many streams with one subscriber each. */
    public static HubMemory ofStreams(int streams) {
        return new HubMemory(streams * (long) (HubMemory.STREAM_BYTES + HubMemory.SUBSCRIBER_BYTES), System::nanoTime);
    }
}
