use super::*;

#[test]
fn tenants() {
    let id = "72F988BF-86F1-41AF-91AB-2D7CD011DB47";
    for (text, tenant) in [
        ("common", Some(Tenant::Common)),
        ("Organizations", Some(Tenant::Organizations)),
        ("consumers", Some(Tenant::Consumers)),
        (id, Some(Tenant::Id(id.to_lowercase()))),
        ("Contoso.onmicrosoft.com", Some(Tenant::Domain("contoso.onmicrosoft.com".to_owned()))),
        ("contoso", None),
        ("", None),
        ("a/b.c", None),
        ("..", None),
        ("72f988bf86f141af91ab2d7cd011db47", None),
    ] {
        assert_eq!(Tenant::parse(text), tenant, "{text}");
    }
}

#[test]
fn a_tenant_admits_its_own_people() {
    let work = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    for (tenant, of_work, personal) in [
        ("common", true, true),
        ("organizations", true, false),
        ("consumers", false, true),
        (work, true, false),
        ("contoso.com", true, true),
    ] {
        let tenant = Tenant::parse(tenant).unwrap();
        assert_eq!((tenant.admits(work), tenant.admits(PERSONAL)), (of_work, personal), "{tenant:?}");
    }
    assert!(!Tenant::parse(work).unwrap().admits("00000000-86f1-41af-91ab-2d7cd011db47"));
}
