package import SchemaModel

/// Who acts. Never optional: an anonymous caller is `.public`, the server itself says why it acts.
package enum Principal: Sendable, Hashable {
    /// The server itself: no rights are checked. Each use stands in review with its reason.
    case system(reason: String)
    case user(UserID, role: RoleID?)
    case `public`
}

/// A principal with everything that rights depend on, captured once per request.
package struct Caller: Sendable {
    package var principal: Principal
    /// The role and its parents, root first; empty for role-less users and the public.
    package var roles: [RoleID]
    /// What the caller may do: of the policies that apply at this address (contract/items.md, 5.2).
    package var access: EffectiveAccess
    /// Values of the dotted variables (`$CURRENT_USER.desk`) that active rules mention, by variable. Missing = null.
    package var attributes: [DynamicVariable: AttributeValue]
    /// The types of the fields that the attributes come from, where known: decides what they are in a payload (`1` or `"1"`).
    package var attributeTypes: [DynamicVariable: FieldType]
    package var origin: RequestOrigin
    /// The key of the session that the request belongs to, in `directus_sessions`; nil for static tokens and those that live by themselves.
    package var session: String?

    package init(
        principal: Principal, roles: [RoleID] = [], access: EffectiveAccess, attributes: [DynamicVariable: AttributeValue] = [:],
        attributeTypes: [DynamicVariable: FieldType] = [:], origin: RequestOrigin = RequestOrigin(), session: String? = nil
    ) {
        self.principal = principal
        self.roles = roles
        self.access = access
        self.attributes = attributes
        self.attributeTypes = attributeTypes
        self.origin = origin
        self.session = session
    }

    package var user: UserID? { if case .user(let id, _) = principal { id } else { nil } }
    package var role: RoleID? { if case .user(_, let role) = principal { role } else { nil } }
    package var isAdmin: Bool { access.isAdmin }
}

/// What a dynamic variable stands for: one value (nil = null) or, through to-many paths and for `$CURRENT_ROLES`, a list. In PostgreSQL's text form.
package enum AttributeValue: Sendable, Hashable {
    case single(String?)
    case list([String])
}

/// Where a request came from; HTTP, sockets and MCP fill it alike. Goes into activity rows.
package struct RequestOrigin: Sendable, Hashable {
    package var address: String?
    package var userAgent: String?
    package var origin: String?
    package init(address: String? = nil, userAgent: String? = nil, origin: String? = nil) {
        self.address = address
        self.userAgent = userAgent
        self.origin = origin
    }
}
