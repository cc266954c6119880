package dev.salvor.e2e;

/** An S3 bucket and who may use it. */
record Bucket(String endpoint, String name, String accessKey, String secretKey) {}
