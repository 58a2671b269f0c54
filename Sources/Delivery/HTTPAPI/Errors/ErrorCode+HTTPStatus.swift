import SchemaModel

extension ErrorCode {
    /// The one table of statuses (contract/items.md, 1.8).
    var status: Int {
        switch self {
        case .invalidQuery, .invalidPayload, .failedValidation, .recordNotUnique, .invalidForeignKey, .notNullViolation, .containsNullValues,
            .valueTooLong, .valueOutOfRange, .illegalAssetTransformation, .invalidPathParameter:
            400
        case .invalidCredentials, .tokenExpired, .userSuspended, .invalidOTP, .invalidIP: 401
        case .forbidden, .invalidToken, .limitExceeded, .invalidProvider: 403
        case .routeNotFound: 404
        case .methodNotAllowed: 405
        case .outOfTime: 408
        case .contentTooLarge: 413
        case .unsupportedMediaType: 415
        case .rangeNotSatisfiable: 416
        case .unprocessableContent: 422
        case .requestsExceeded: 429
        case .internalServerError: 500
        case .serviceUnavailable, .invalidProviderConfig, .unexpectedResponse: 503
        }
    }
}
