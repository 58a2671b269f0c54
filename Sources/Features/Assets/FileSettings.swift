/// What the configuration says about uploads and assets.
package struct FileSettings: Sendable {
    /// `FILES_MAX_UPLOAD_SIZE`, bytes: a file of this size or more is refused; nil = no bound.
    package var maximumSize: Int?
    /// `FILES_MIME_TYPE_ALLOW_LIST`: patterns such as `image/*`.
    package var allowedTypes = ["*/*"]
    /// Text of one part.
    package var maximumText = 1_048_576
    /// Text of all parts of a request.
    package var maximumTexts = 4_194_304
    /// `ASSETS_CACHE_TTL`, seconds.
    package var cacheSeconds = 2_592_000
    /// `ASSETS_CACHE_REVALIDATE`: clients ask every time, and may get 304.
    package var revalidates = false
    /// `ASSETS_TRANSFORM_MAX_OPERATIONS`.
    package var maximumTransforms = 5

    package init() {}
}
