package dev.portcullis.uploads.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Secret;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The examples of the specification: "Signature Calculations" of the S3 API reference, and AWS's test suite. */
class RequestSignerTest {
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String HOST = "examplebucket.s3.amazonaws.com";
    private static final Instant THEN = Instant.parse("2013-05-24T00:00:00Z");
    private static final RequestSigner S3 = new RequestSigner(
            "AKIAIOSFODNN7EXAMPLE", new Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), "us-east-1", "s3");

    @Test
    void presigned_get_is_that_of_the_specification() {
        S3Request request = new S3Request("GET", "/test.txt", Map.of(), Map.of("Host", HOST));

        assertThat(S3.presign(request, THEN, 86_400))
                .isEqualTo("X-Amz-Algorithm=AWS4-HMAC-SHA256"
                        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    }

    @Test
    void get_of_an_object_is_that_of_the_specification() {
        S3Request request = new S3Request("GET", "/test.txt", Map.of(), Map.of("Host", HOST, "Range", "bytes=0-9"));

        assertThat(S3.sign(request, EMPTY, THEN))
                .containsEntry("x-amz-date", "20130524T000000Z")
                .containsEntry("x-amz-content-sha256", EMPTY)
                .containsEntry(
                        "authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    }

    @Test
    void put_of_an_object_with_a_special_character_is_that_of_the_specification() {
        S3Request request = new S3Request(
                "PUT",
                UriEncoding.path("/test$file.text"),
                Map.of(),
                Map.of(
                        "Host", HOST,
                        "Date", "Fri, 24 May 2013 00:00:00 GMT",
                        "x-amz-storage-class", "REDUCED_REDUNDANCY"));

        assertThat(S3.sign(request, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072", THEN)
                        .get("authorization"))
                .endsWith("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    }

    @Test
    void query_without_a_value_is_that_of_the_specification() {
        S3Request request = new S3Request("GET", "/", Map.of("lifecycle", ""), Map.of("Host", HOST));

        assertThat(S3.sign(request, EMPTY, THEN).get("authorization"))
                .endsWith("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    }

    @Test
    void query_of_two_is_that_of_the_specification() {
        S3Request request = new S3Request("GET", "/", Map.of("prefix", "J", "max-keys", "2"), Map.of("Host", HOST));

        assertThat(S3.sign(request, EMPTY, THEN).get("authorization"))
                .endsWith("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }

    @Test
    void plain_request_is_that_of_the_test_suite() {
        RequestSigner signer = new RequestSigner(
                "AKIDEXAMPLE", new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "us-east-1", "service");
        S3Request request = new S3Request(
                "GET", "/", Map.of(), Map.of("Host", "example.amazonaws.com", "X-Amz-Date", "20150830T123600Z"));

        assertThat(signer.authorization(request, EMPTY, "20150830T123600Z"))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                        + "SignedHeaders=host;x-amz-date,"
                        + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    }

    @Test
    void only_unreserved_characters_are_not_encoded() {
        assertThat(UriEncoding.encode("aZ09-._~ /+%\u00e4\ud83d\ude00"))
                .isEqualTo("aZ09-._~%20%2F%2B%25%C3%A4%F0%9F%98%80");
        assertThat(UriEncoding.path("/a b/$")).isEqualTo("/a%20b/%24");
    }
}
