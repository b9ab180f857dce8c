package dev.portcullis.uploads.s3;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code uploads.s3}. */
public record S3Config(
        String endpoint,
        String region,
        String bucket,
        boolean pathStyle,
        String accessKey,
        Secret secretKey,
        long downloadSeconds,
        long bytes) {
    private static final Pattern ENDPOINT = Pattern.compile(
            "https://[a-z0-9]+(?:[.-]+[a-z0-9]+)*(?::[0-9]{1,5})?|http://(?:localhost|127\\.0\\.0\\.1)(?::[0-9]{1,5})?|");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|");
    private static final Pattern ACCESS_KEY = Pattern.compile("[A-Za-z0-9_-]{0,128}");

    /** @param needed whether files are kept there; if not, nothing is required */
    public static S3Config read(Section s3, boolean needed) {
        Optional<Secret> secretKey = s3.basic().secret("secretKey", "the secret key; it never leaves the node");
        S3Config config = new S3Config(
                s3.basic()
                        .text(
                                "endpoint",
                                "",
                                ENDPOINT,
                                "address of the store, such as https://s3.eu-central-1.amazonaws.com; http only on this machine"),
                s3.basic().text("region", "us-east-1", REGION, "region that signatures are made for"),
                s3.basic().text("bucket", "", BUCKET, "bucket of the files; nothing else should be in it"),
                s3.flag("pathStyle", false, "whether the bucket is in the path, as most stores but AWS want it"),
                s3.basic().text("accessKey", "", ACCESS_KEY, "access key, which clients see in signed URLs"),
                secretKey.orElse(new Secret("")),
                s3.number("downloadSeconds", 60L, 5, 3_600, "how long a URL for one download is good"),
                s3.number(
                        "bytes",
                        1L << 40,
                        1,
                        1L << 50,
                        "bytes of all files in the bucket, from their tickets on; users get shares of them"));
        if (needed) {
            requireWhole(s3, config);
        }
        return config;
    }

    private static void requireWhole(Section s3, S3Config config) {
        require(s3, "endpoint", config.endpoint());
        require(s3, "bucket", config.bucket());
        require(s3, "accessKey", config.accessKey());
        require(s3, "secretKey", config.secretKey().reveal());
    }

    private static void require(Section s3, String name, String value) {
        if (value.isEmpty()) {
            s3.problem(name, "is missing", "uploads.kind is s3, which needs it");
        }
    }

    /** The value of the header {@code Host}. */
    String host() {
        String authority = endpoint.substring(endpoint.indexOf("//") + 2).replaceFirst(":443$", "");
        return pathStyle ? authority : bucket + "." + authority;
    }

    /** Scheme and host of all URLs. */
    public String origin() {
        return endpoint.substring(0, endpoint.indexOf("//") + 2) + host();
    }

    String path(String key) {
        return UriEncoding.path(pathStyle ? "/" + bucket + "/" + key : "/" + key);
    }
}
