package dev.portcullis.journey;

import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestServer;
import java.util.List;
import java.util.stream.Stream;

/** With the edge on one node and all other stages on another, over Redis. No ticket is used, so no store of files is needed. */
class SplitForeignIdsIT extends ForeignIdsContract {
    @Override
    TestServer site(String... settings) {
        List<String> own = List.of(
                "uploads.kind=s3",
                "uploads.s3.endpoint=http://127.0.0.1:1",
                "uploads.s3.pathStyle=true",
                "uploads.s3.bucket=files",
                "uploads.s3.accessKey=key",
                "uploads.s3.secretKey=secret",
                "ratelimit.actions={\"join\": 1000, \"history\": 1000, \"search\": 1000, \"file_upload\": 1000}");
        return SplitServer.start(
                Stream.concat(own.stream(), Stream.of(settings)).toArray(String[]::new));
    }
}
